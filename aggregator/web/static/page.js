// Shows the buttons that copy an address, which need a script. Everything else on a page works without.
const said = document.querySelector(".said");

async function copy(button) {
  const address = new URL(button.dataset.copy, location.href).href;
  try {
    await navigator.clipboard.writeText(address);
    said.textContent = said.dataset.copied;
    button.classList.add("done");
  } catch {
    said.textContent = `${said.dataset.failed} ${address}`;
  }
}

for (const button of document.querySelectorAll("button[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", () => copy(button));
}
