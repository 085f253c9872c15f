// The demo card in the page. The file is opened with WebCrypto; the signing key never leaves
// this module and is forgotten with the page. The server gets the certificate and, for signing,
// the signature value alone.

const FORMAT = "demo-card/1";

export class WrongPin extends Error {}
export class NotACard extends Error {}

const toBytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
export const toBase64 = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)));

export async function readFile(file) {
  let card;
  try {
    card = JSON.parse(await file.text());
  } catch {
    throw new NotACard();
  }
  if (card.format !== FORMAT || !card.certificate || !card.key || !card.face) throw new NotACard();
  return card;
}

// PBKDF2-SHA-256 from the PIN, then AES-256-GCM: a wrong PIN shows as a tag that does not fit.
async function open(sealed, pin) {
  const material = await crypto.subtle.importKey(
    "raw", new TextEncoder().encode(pin), "PBKDF2", false, ["deriveKey"]);
  const key = await crypto.subtle.deriveKey(
    { name: "PBKDF2", hash: "SHA-256", salt: toBytes(sealed.salt), iterations: sealed.iterations },
    material, { name: "AES-GCM", length: 256 }, false, ["decrypt"]);
  try {
    return await crypto.subtle.decrypt(
      { name: "AES-GCM", iv: toBytes(sealed.iv) }, key, toBytes(sealed.ciphertext));
  } catch {
    throw new WrongPin();
  }
}

export async function openFace(card, pin) {
  return JSON.parse(new TextDecoder().decode(await open(card.face, pin)));
}

// Cards hold RSA keys today and P-384 keys on the next generation; the key itself says which.
async function importKey(pkcs8) {
  const kinds = [
    { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" },
    { name: "ECDSA", namedCurve: "P-384", hash: "SHA-384" },
  ];
  for (const kind of kinds) {
    try {
      return [await crypto.subtle.importKey("pkcs8", pkcs8, kind, false, ["sign"]), kind];
    } catch {
      // the other kind, then
    }
  }
  throw new NotACard();
}

export async function unlock(card, pin) {
  const [key, kind] = await importKey(await open(card.key, pin));
  return (signedInfo) => crypto.subtle.sign(kind, key, toBytes(signedInfo)).then(toBase64);
}
