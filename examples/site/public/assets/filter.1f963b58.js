// Filters the table of system calls as one types, and says how many are left.
const input = document.querySelector('#filter');
const rows = [...document.querySelectorAll('tbody tr')];
const count = document.querySelector('#count');

function show() {
  const wanted = input.value.trim().toLowerCase();
  for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(wanted);
  count.textContent = `${rows.filter((row) => !row.hidden).length} of ${rows.length}`;
}

input.addEventListener('input', show);
input.closest('p').hidden = false;
show();
