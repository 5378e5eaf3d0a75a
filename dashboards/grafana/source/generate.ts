// Writes the dashboards as Grafana provisions them: npm run build
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { findings } from './findings';
import { overview } from './overview';
import { proxy } from './proxy';
import { statements } from './statements';

const folder = process.argv[2] ?? '.';
for (const dashboard of [overview, findings, statements, proxy]) {
  const name = dashboard.uid!.replace('onetrip-', '');
  writeFileSync(join(folder, `${name}.json`), JSON.stringify(dashboard, null, 2) + '\n');
}
