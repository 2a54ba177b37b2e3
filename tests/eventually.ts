/** Waits until a condition is met, and fails after a minute: a machine under load may need several seconds. */
export async function eventually(
  condition: () => boolean | Promise<boolean>,
  what: string,
): Promise<void> {
  const end = performance.now() + 60_000;
  while (!await condition()) {
    if (performance.now() > end) throw new Error(`Waited 60 s in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
