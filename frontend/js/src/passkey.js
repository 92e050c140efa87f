/**
 * Passkeys: asks the browser to make one or to show one. Options and answers are JSON as the server reads and writes it;
 * the browser itself turns base64url into bytes and back (Web Authentication Level 3 §5.1.10, §5.1.11).
 */

/** Whether this browser can do it on this page (it needs https or localhost). */
export function available() {
  return typeof PublicKeyCredential === "function" && "parseRequestOptionsFromJSON" in PublicKeyCredential;
}

/** @param {string} options JSON of a creation challenge  @returns {Promise<string>} */
export async function create(options) {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(JSON.parse(options).publicKey);
  return answer(await navigator.credentials.create({ publicKey }));
}

/** @param {string} options JSON of a request challenge  @returns {Promise<string>} */
export async function get(options) {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(JSON.parse(options).publicKey);
  return answer(await navigator.credentials.get({ publicKey }));
}

function answer(credential) {
  const json = credential.toJSON();
  // Results of extensions are not used; some browsers write them in a way no server expects.
  json.clientExtensionResults = {};
  return JSON.stringify(json);
}
