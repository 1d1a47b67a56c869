// Names and counts checks; the last line is what ./dev test counts.
// CHECKS='words|other words' runs only the checks whose names have one of them.
const only = new RegExp(process.env.CHECKS ?? '');
let passed = 0;
let failed = 0;
const endings = [];

/** What is to be done when the check that runs now has ended, however it ended. */
export const atEnd = (work) => void endings.push(work);

export async function check(name, work) {
  if (!only.test(name)) return;
  try {
    await work();
    passed += 1;
    console.log(`ok    ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAIL  ${name}\n      ${String(error.message ?? error).split('\n').slice(0, 12).join('\n      ')}`);
  }
  for (const end of endings.splice(0)) await end();
}

/** The address that a server says it listens at. */
export const addressOf = (server) =>
  new Promise((resolve, reject) => {
    let said = '';
    server.stdout.on('data', (piece) => {
      said += piece;
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(said);
      if (found) resolve(found[0]);
    });
    server.once('exit', () => reject(new Error(`the server ended: ${said}`)));
  });

export function report() {
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}
