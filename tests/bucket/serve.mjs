// An S3-compatible store on this machine, with the bucket `greatseal`. It refuses every access key but `S3RVER`, and does not
// verify signatures of version 4. Prints one JSON object when it serves, and ends with its standard input.
//
// usage: node serve.mjs FOLDER PORT PACKAGES
// FOLDER keeps the objects. PACKAGES is the folder where package-lock.json was installed.

import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';

const [directory, port, packages] = process.argv.slice(2);
const require = createRequire(join(packages, 'package.json'));
const S3rver = require('s3rver');

// S3 gives what was written to whoever reads it afterwards. Version 3.7.1 says that it has an object, or a part of one, while its bytes
// are still on the way into the file, so that a reader finds fewer: here they are in it first.
const written = async (path, content) => {
  await mkdir(dirname(path), { recursive: true });
  const hash = createHash('md5');
  let size = 0;
  const counted = async function* (source) {
    for await (const piece of source) {
      hash.update(piece);
      size += piece.length;
      yield piece;
    }
  };
  await pipeline(Buffer.isBuffer(content) ? [content] : content, counted, createWriteStream(path));
  return { size, md5: hash.digest('hex') };
};
const Files = require('s3rver/lib/stores/filesystem').prototype;
Files.putObject = async function ({ bucket, key, content, metadata }) {
  const put = await written(this.getResourcePath(bucket, key, 'object'), content);
  await this.putMetadata(bucket, key, metadata, put.md5);
  return put;
};
Files.putPart = async function (bucket, upload, number, content) {
  const path = join(this.getResourcePath(bucket, undefined, 'uploads'), upload, number.toString());
  const put = await written(path, content);
  await writeFile(`${path}.md5`, put.md5);
  return put;
};

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
