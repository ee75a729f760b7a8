// node jobs.mjs < JOBS > ANSWERS: age on its hybrid recipients, one JSON object a line. It judges the HPKE call
// with KEM MLKEM768-X25519 that spec/suites.md names, under age's KDF and AEAD.
//
//   {"do": "identity"}                                 → identity, recipient
//   {"do": "encrypt", "recipient": TEXT, "text": TEXT} → file (Base64)
//   {"do": "decrypt", "identity": TEXT, "file": BASE64} → text, or {"refused": REASON}

import { createInterface } from 'node:readline';

import { Decrypter, Encrypter, generateHybridIdentity, identityToRecipient } from 'age-encryption';

const JOBS = {
  async identity() {
    const identity = await generateHybridIdentity();
    return { identity, recipient: await identityToRecipient(identity) };
  },
  async encrypt({ recipient, text }) {
    const encrypter = new Encrypter();
    encrypter.addRecipient(recipient);
    return { file: Buffer.from(await encrypter.encrypt(text)).toString('base64') };
  },
  async decrypt({ identity, file }) {
    const decrypter = new Decrypter();
    decrypter.addIdentity(identity);
    try {
      return { text: await decrypter.decrypt(new Uint8Array(Buffer.from(file, 'base64')), 'text') };
    } catch (error) {
      return { refused: error.message };
    }
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const job = JSON.parse(line);
  console.log(JSON.stringify(await JOBS[job.do](job)));
}
