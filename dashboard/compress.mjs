// Of every file of a build: NAME.br and NAME.gz, and bundle.gresource.xml that lists them. The daemon unpacks
// the gzip for the few that take neither.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

const dist = process.argv[2]
const names = readdirSync(dist, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => relative(dist, join(entry.parentPath, entry.name)))
  .filter((name) => !/\.(br|gz)$/.test(name))
  .sort()

const files = names.flatMap((name) => {
  const bytes = readFileSync(join(dist, name))
  const parameters = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  }
  writeFileSync(join(dist, `${name}.br`), brotliCompressSync(bytes, { params: parameters }))
  writeFileSync(join(dist, `${name}.gz`), gzipSync(bytes, { level: 9 }))
  return [`${name}.br`, `${name}.gz`]
})

const lines = files.map((name) => `    <file>${name}</file>\n`).join('')
writeFileSync(
  join(dist, 'bundle.gresource.xml'),
  `<?xml version="1.0" encoding="UTF-8"?>\n<gresources>\n  <gresource prefix="/dashboard">\n${lines}  </gresource>\n</gresources>\n`,
)
