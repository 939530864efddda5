// What a machine says of itself. Pages hear of it; Node does not.

/**
 * Calls back until the result is called.
 * @param {{ wakes: () => void, isOffline: () => void }} calls
 */
export function onMachine({ wakes, isOffline }) {
  const { document, addEventListener } = globalThis;
  if (!document || !addEventListener) return () => {};
  const controller = new AbortController();
  const until = { signal: controller.signal };
  const isSeen = () => {
    if (!document.hidden) wakes();
  };
  document.addEventListener('visibilitychange', isSeen, until);
  addEventListener('online', wakes, until);
  addEventListener('offline', isOffline, until);
  // A page that comes back from the cache of pages lost its sockets.
  addEventListener('pageshow', (event) => event.persisted && wakes(), until);
  return () => controller.abort();
}
