// Draws the page that the address names. Links change the address without a request;
// an address that is opened directly comes here too, as the server answers it with
// index.html.
const pages = {
  '/': () => ['Rooms', 'Choose a room.'],
  '/rooms/:name': (name) => [`Room ${name}`, `Nobody is in ${name} now.`],
};

function find(path) {
  for (const [pattern, page] of Object.entries(pages)) {
    const match = path.match(new RegExp(`^${pattern.replace(/:[a-z]+/g, '([^/]+)')}$`));
    if (match) return page(...match.slice(1).map(decodeURIComponent));
  }
  return ['Nothing here', `There is no ${path}.`];
}

function draw() {
  const [title, text] = find(location.pathname);
  document.title = title;
  document.querySelector('h1').textContent = title;
  document.querySelector('#text').textContent = text;
  for (const link of document.querySelectorAll('nav a')) {
    link.toggleAttribute('aria-current', link.pathname === location.pathname);
  }
}

document.addEventListener('click', (event) => {
  const link = event.target.closest('a[href^="/"]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  history.pushState(null, '', link.href);
  draw();
});
addEventListener('popstate', draw);
draw();
