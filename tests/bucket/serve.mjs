// An S3-compatible store on this machine, with the bucket `greatseal`. It refuses every access key but `S3RVER`, and does not
// verify signatures of version 4. Prints one JSON object when it serves, and ends with its standard input.
//
// usage: node serve.mjs FOLDER PORT PACKAGES
// FOLDER keeps the objects. PACKAGES is the folder where package-lock.json was installed.

import { createRequire } from 'node:module';
import { join } from 'node:path';

const [directory, port, packages] = process.argv.slice(2);
const S3rver = createRequire(join(packages, 'package.json'))('s3rver');
const store = new S3rver({
  directory,
  address: '127.0.0.1',
  port: Number(port),
  silent: true,
  configureBuckets: [{ name: 'greatseal' }],
});
const at = await store.run();
console.log(JSON.stringify({ url: `http://127.0.0.1:${at.port}` }));
process.stdin.resume().on('end', () => process.exit(0));
