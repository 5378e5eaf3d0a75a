import pg from "pg";

interface Book {
  title: string;
  author_id: number;
}

export async function titles(count: number): Promise<string[]> {
  const client = new pg.Client();
  await client.connect();
  const { rows } = await client.query<Book>("SELECT title, author_id FROM book ORDER BY id LIMIT $1", [count]);
  for (const { author_id } of rows) {
    await client.query("SELECT name FROM author WHERE id = $1", [author_id]);
  }
  await client.end();
  return rows.map(({ title }) => title);
}
