// Compares the npm package `@huggingface/tokenizers` with the Rust ids that
// `tokenizer_cases.py` wrote. Run it from a folder where the package is installed:
//
//   python weights/tiny/train/tokenizer_cases.py
//   node weights/tiny/train/check_tokenizer.mjs

import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { join } from 'node:path'

const require = createRequire(pathToFileURL(join(process.cwd(), 'package.json')))
const { Tokenizer } = require('@huggingface/tokenizers')

const read = async (path) => JSON.parse(await readFile(new URL(path, import.meta.url), 'utf8'))
const tokenizer = new Tokenizer(await read('../tokenizer.json'), await read('../tokenizer_config.json'))

const cases = await read('runs/tokenizer_cases.json')
let wrong = 0
for (const { text, ids, decoded } of cases) {
  const ours = tokenizer.encode(text).ids
  const back = ids.length === 0 ? '' : tokenizer.decode(ids, { skip_special_tokens: false, clean_up_tokenization_spaces: false })
  if (JSON.stringify(ours) === JSON.stringify(ids) && back === decoded) continue
  wrong += 1
  console.log(JSON.stringify({ text, ids, ours, decoded, back }))
}
console.log(`${cases.length - wrong} of ${cases.length} strings agree`)
process.exitCode = wrong ? 1 : 0
