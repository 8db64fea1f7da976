const patienceMs = 10_000;

/** A jest reporter: a test that left a socket or a timer open would keep jest, and every CI, waiting for ever. That is a failure, told at once. */
export default class EndOfRun {
  onRunComplete() {
    const overdue = () => {
      console.error(
        'A test left something open (a server, a pool, a timer), so jest did not end. Find it with: npm test -- --detectOpenHandles --runInBand\n' +
          `What is open: ${process.getActiveResourcesInfo().toSorted().join(' ')}`,
      );
      process.exit(1);
    };
    setTimeout(overdue, patienceMs).unref();
  }
}
