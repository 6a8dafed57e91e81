// Passkeys: hands the platform's question to the browser and its answer to the form. Without this script the codes of a
// phone do the same work.
(() => {
  const bytes = (text) => {
    const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
  };
  const text = (buffer) => {
    const plain = String.fromCharCode(...new Uint8Array(buffer));
    return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  };
  const known = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

  const create = async (asked) => {
    const user = { ...asked.user, id: bytes(asked.user.id) };
    const excludeCredentials = known(asked.excludeCredentials);
    const publicKey = { ...asked, challenge: bytes(asked.challenge), user, excludeCredentials };
    const made = await navigator.credentials.create({ publicKey });
    return {
      id: made.id, rawId: text(made.rawId), type: made.type, extensions: {},
      response: {
        attestationObject: text(made.response.attestationObject),
        clientDataJSON: text(made.response.clientDataJSON),
        transports: made.response.getTransports?.(),
      },
    };
  };

  const get = async (asked) => {
    const allowCredentials = known(asked.allowCredentials);
    const shown = await navigator.credentials.get({
      publicKey: { ...asked, challenge: bytes(asked.challenge), allowCredentials },
    });
    const { response } = shown;
    return {
      id: shown.id, rawId: text(shown.rawId), type: shown.type, extensions: {},
      response: {
        authenticatorData: text(response.authenticatorData),
        clientDataJSON: text(response.clientDataJSON),
        signature: text(response.signature),
        userHandle: response.userHandle ? text(response.userHandle) : null,
      },
    };
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const failed = form.querySelector("[data-passkey-failed]");
    form.querySelector("[data-passkey-elsewhere]").hidden = location.origin === form.dataset.site;
    form.addEventListener("submit", async (event) => {
      if (form.elements.answer.value) return;
      event.preventDefault();
      failed.hidden = true;
      try {
        const asked = JSON.parse(form.dataset.question).publicKey;
        const answer = await { create, get }[form.dataset.passkey](asked);
        form.elements.answer.value = JSON.stringify(answer);
        form.requestSubmit();
      } catch {
        failed.hidden = false;
      }
    });
  }
})();
