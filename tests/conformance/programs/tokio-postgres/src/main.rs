// tokio-postgres: binary values, pipelines by polling futures together, portals, COPY, cancels.
use std::collections::hash_map::DefaultHasher;
use std::error::Error as _;
use std::future::Future;
use std::hash::{Hash, Hasher};
use std::pin::pin;
use std::time::Duration;
use std::{env, fs};

use futures_util::{future, stream, SinkExt, StreamExt, TryStreamExt};
use openssl::ssl::{SslConnector, SslMethod};
use postgres_openssl::MakeTlsConnector;
use tokio::sync::mpsc;
use tokio_postgres::config::{ChannelBinding, SslMode};
use tokio_postgres::types::{FromSql, ToSql, Type};
use tokio_postgres::{AsyncMessage, Client, Config, Error, Row, SimpleQueryMessage};

type Heard = mpsc::UnboundedReceiver<AsyncMessage>;

/// Bytes as they came, of any type.
struct Raw(Option<Vec<u8>>);

impl<'a> FromSql<'a> for Raw {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Raw(Some(raw.to_vec())))
    }
    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Raw(None))
    }
    fn accepts(_: &Type) -> bool {
        true
    }
}

fn show(text: String) {
    if text.len() > 2000 {
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        let start: String = text.chars().take(200).collect();
        println!("{start}... {} bytes, hash {:x}", text.len(), hasher.finish());
    } else {
        println!("{text}");
    }
}

fn rows(rows: &[Row]) {
    let mut text = String::new();
    for row in rows {
        for (at, column) in row.columns().iter().enumerate() {
            let value = row.get::<_, Raw>(at).0.map(|raw| raw.escape_ascii().to_string());
            text.push_str(&format!("{}:{}={value:?} ", column.name(), column.type_()));
        }
        text.push('\n');
    }
    show(format!("{} rows {text}", rows.len()));
}

fn fail(error: &Error) {
    match error.as_db_error() {
        Some(told) => show(format!("{told:?}")),
        None => show(format!("{error} {:?}", error.source().map(|one| one.to_string()))),
    }
}

fn rows_or_error(result: Result<Vec<Row>, Error>) {
    match result {
        Ok(got) => rows(&got),
        Err(error) => fail(&error),
    }
}

fn told<T: std::fmt::Debug>(result: Result<T, Error>) {
    match result {
        Ok(value) => show(format!("{value:?}")),
        Err(error) => fail(&error),
    }
}

fn settings() -> Config {
    let word = |name: &str| env::var(name).unwrap();
    let mut config = Config::new();
    config.host(&word("PGHOST")).port(word("PGPORT").parse().unwrap()).user(&word("PGUSER"));
    config.password(word("PGPASSWORD")).dbname(&word("PGDATABASE"));
    let plain = word("PGSSLMODE") == "disable";
    config.ssl_mode(if plain { SslMode::Disable } else { SslMode::Require });
    if env::var("PGCHANNELBINDING").is_ok_and(|word| word == "require") {
        config.channel_binding(ChannelBinding::Require);
    }
    config
}

fn connector() -> MakeTlsConnector {
    let mut builder = SslConnector::builder(SslMethod::tls()).unwrap();
    if let Ok(file) = env::var("PGSSLROOTCERT") {
        builder.set_ca_file(file).unwrap();
    }
    MakeTlsConnector::new(builder.build())
}

async fn connect(config: Config) -> Result<(Client, Heard), Error> {
    let (client, mut connection) = config.connect(connector()).await?;
    let (sender, receiver) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        let mut messages = stream::poll_fn(move |context| connection.poll_message(context));
        while let Some(Ok(message)) = messages.next().await {
            let _ = sender.send(message);
        }
    });
    Ok((client, receiver))
}

async fn simple(client: &Client, data: &str, values: &str) {
    for sql in [data, values, "SELECT 1; SELECT 2, 'x'; UPDATE log SET id = 1", "", "SELECT", "SELECT 1; SELECT 1 / 0; SELECT 3"] {
        match client.simple_query(sql).await {
            Ok(messages) => {
                for one in messages {
                    match one {
                        SimpleQueryMessage::Row(row) => {
                            show(format!("{:?}", (0..row.len()).map(|at| row.get(at)).collect::<Vec<_>>()))
                        }
                        SimpleQueryMessage::CommandComplete(count) => show(format!("complete, {count}")),
                        _ => show("description".into()),
                    }
                }
            }
            Err(error) => fail(&error),
        }
    }
}

async fn prepared(client: &Client, values: &str) {
    rows_or_error(client.query(values, &[]).await);
    let statement = client.prepare("SELECT owner, amount FROM account WHERE id = $1").await.unwrap();
    let columns: Vec<_> = statement.columns().iter().map(|one| (one.name(), one.type_(), one.column_id())).collect();
    show(format!("{:?} {columns:?}", statement.params()));
    for id in [1i32, 2, 3, 99] {
        rows_or_error(client.query(&statement, &[&id]).await);
    }
    drop(statement);
    rows_or_error(client.query("SELECT statement FROM pg_prepared_statements WHERE statement LIKE '%owner%'", &[]).await);
    let typed = client.prepare_typed("SELECT $1, $2", &[Type::INT8, Type::BYTEA]).await.unwrap();
    rows_or_error(client.query(&typed, &[&5i64, &&[0u8, 255][..]]).await);
    rows_or_error(client.query("SELECT $1::text, $2::int[], $3::text", &[&"ü", &vec![Some(1i32), None], &None::<&str>]).await);
    rows_or_error(client.query_typed("SELECT $1 + 1", &[(&7i32, Type::INT4)]).await);
}

async fn parameters(client: &Client) {
    let numbers: Vec<i32> = (0..32767).collect();
    let given: Vec<&(dyn ToSql + Sync)> = numbers.iter().map(|n| n as &(dyn ToSql + Sync)).collect();
    let names: Vec<String> = (1..=numbers.len()).map(|n| format!("(${n}::int)")).collect();
    let sql = format!("SELECT count(*), sum(n) FROM (VALUES {}) AS v(n)", names.join(", "));
    rows_or_error(client.query(&sql, &given).await);
    rows_or_error(client.query(&format!("SELECT {}", names[..1600].join(", ")), &given[..1600]).await);
}

async fn errors(client: &Client) {
    for sql in ["SELEC 1", "SELECT no_column FROM account", "INSERT INTO account VALUES (1, 'Eve', 1)",
        "UPDATE account SET amount = -1", "SELECT n, 1 / (50 - n) FROM generate_series(1, 100) AS n", "SELECT 1; SELECT 2"] {
        rows_or_error(client.query(sql, &[]).await);
    }
    told(client.batch_execute("BEGIN").await);
    rows_or_error(client.query("SELECT 1 / 0", &[]).await);
    rows_or_error(client.query("SELECT 'in a failed transaction'", &[]).await);
    told(client.batch_execute("COMMIT").await);
}

async fn transactions(client: &mut Client) {
    let mut transaction = client.transaction().await.unwrap();
    told(transaction.execute("INSERT INTO log VALUES (100, 'kept')", &[]).await);
    let inner = transaction.savepoint("one").await.unwrap();
    told(inner.execute("INSERT INTO log VALUES (101, 'lost')", &[]).await);
    told(inner.rollback().await);
    told(transaction.commit().await);
    rows_or_error(client.query("SELECT * FROM log WHERE id >= 100", &[]).await);
}

async fn pipelines(client: &Client) {
    let statement = client.prepare("SELECT $1::int, repeat('x', $1)").await.unwrap();
    let numbers: Vec<i32> = (0..500).collect();
    let asked = numbers.iter().map(|n| async { client.query(&statement, &[n]).await });
    for result in future::join_all(asked).await {
        rows_or_error(result);
    }
    let failing = client.prepare("SELECT 100 / (50 - $1::int)").await.unwrap();
    let asked = numbers[..100].iter().map(|n| async { client.query(&failing, &[n]).await });
    for result in future::join_all(asked).await {
        rows_or_error(result);
    }
    let mixed = ["SELECT 1", "SELECT 1 / 0; SELECT 2", "INSERT INTO account VALUES (1, 'again', 1)", "SELECT 3"];
    for result in future::join_all(mixed.iter().map(|sql| client.batch_execute(sql))).await {
        told(result);
    }
}

async fn portals(client: &mut Client) {
    let transaction = client.transaction().await.unwrap();
    let portal = transaction.bind("SELECT n, 'row ' || n FROM generate_series(1, $1) AS n", &[&300i32]).await.unwrap();
    for limit in [70, 1, 200, 70, 10] {
        rows_or_error(transaction.query_portal(&portal, limit).await);
    }
    told(transaction.commit().await);
}

async fn notices(client: &Client, heard: &mut Heard) {
    told(client.batch_execute("DO $$ BEGIN FOR n IN 1..20 LOOP RAISE NOTICE 'number %', n USING HINT = 'ümläut'; END LOOP; END $$").await);
    for _ in 0..20 {
        if let Some(AsyncMessage::Notice(one)) = heard.recv().await {
            show(format!("{one:?}"));
        }
    }
}

async fn copy_in(client: &Client, sql: &str, chunks: Vec<String>) {
    match client.copy_in(sql).await {
        Err(error) => fail(&error),
        Ok(sink) => {
            let mut sink = pin!(sink);
            for chunk in chunks {
                if let Err(error) = sink.feed(std::io::Cursor::new(chunk.into_bytes())).await {
                    return fail(&error);
                }
            }
            told(sink.finish().await);
        }
    }
}

async fn copies(client: &Client) {
    copy_in(client, "COPY log FROM STDIN", (0..20000).map(|n| format!("{n}\tline {n}\n")).collect()).await;
    for form in ["text", "csv", "binary"] {
        let sql = format!("COPY (SELECT * FROM log ORDER BY id, note) TO STDOUT (FORMAT {form})");
        let parts: Result<Vec<_>, _> = client.copy_out(&sql).await.unwrap().try_collect().await;
        match parts {
            Ok(parts) => show(parts.concat().escape_ascii().to_string()),
            Err(error) => fail(&error),
        }
    }
    // The driver is out of step after a COPY that failed, so each is a connection's last deed.
    for table in ["log", "nothing"] {
        let (spare, _) = connect(settings()).await.unwrap();
        copy_in(&spare, &format!("COPY {table} FROM STDIN"), vec!["x\ty\n".into()]).await;
    }
}

async fn big(client: &Client) {
    rows_or_error(client.query("SELECT n, md5(n::text), n * 1.5 FROM generate_series(1, 50000) AS n", &[]).await);
    rows_or_error(client.query("SELECT repeat('x', 20000000), $1::text", &[&"p".repeat(8_000_000)]).await);
}

async fn notifications(client: &Client, heard: &mut Heard, other: &Client) {
    told(client.batch_execute("LISTEN news").await);
    for payload in ["", "one", "ümläut", &"x".repeat(7000)] {
        rows_or_error(other.query("SELECT pg_notify('news', $1)", &[&payload]).await);
        if let Some(AsyncMessage::Notification(one)) = heard.recv().await {
            show(format!("{} {}", one.channel(), one.payload()));
        }
    }
}

async fn cancelled<T: std::fmt::Debug>(client: &Client, other: &Client, pid: i32, run: impl Future<Output = Result<T, Error>>) {
    let token = client.cancel_token();
    let stop = async {
        let dozing = "SELECT 1 FROM pg_stat_activity WHERE pid = $1 AND wait_event = 'PgSleep'";
        while other.query(dozing, &[&pid]).await.unwrap().is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        told(token.cancel_query(connector()).await);
    };
    let (result, ()) = future::join(run, stop).await;
    told(result);
    rows_or_error(client.query("SELECT 'after a cancel'", &[]).await);
}

async fn cancels(client: &Client, other: &Client) {
    let pid: i32 = client.query_one("SELECT pg_backend_pid()", &[]).await.unwrap().get(0);
    cancelled(client, other, pid, client.batch_execute("SELECT 1; SELECT pg_sleep(60); SELECT 2")).await;
    cancelled(client, other, pid, client.query("SELECT pg_sleep($1)", &[&60f64])).await;
}

async fn end() {
    let (client, _) = connect(settings()).await.unwrap();
    rows_or_error(client.query("SELECT pg_terminate_backend(pg_backend_pid())", &[]).await);
    for wrong in [settings().password("medlar"), settings().dbname("nowhere"), settings().options("-c nothing=1")] {
        if let Err(error) = connect(wrong.clone()).await {
            fail(&error);
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let file = |at| fs::read_to_string(env::args().nth(at).unwrap()).unwrap();
    let (data, values) = (file(1), file(2));
    let (mut client, mut heard) = connect(settings()).await.unwrap();
    let (other, _) = connect(settings()).await.unwrap();
    println!("## simple");
    simple(&client, &data, &values).await;
    println!("## prepared");
    prepared(&client, &values).await;
    println!("## parameters");
    parameters(&client).await;
    println!("## errors");
    errors(&client).await;
    println!("## transactions");
    transactions(&mut client).await;
    println!("## pipelines");
    pipelines(&client).await;
    println!("## portals");
    portals(&mut client).await;
    println!("## notices");
    notices(&client, &mut heard).await;
    println!("## copies");
    copies(&client).await;
    println!("## big");
    big(&client).await;
    println!("## notifications");
    notifications(&client, &mut heard, &other).await;
    println!("## cancels");
    cancels(&client, &other).await;
    println!("## end");
    end().await;
}
