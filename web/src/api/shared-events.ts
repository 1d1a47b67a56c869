/** What one tab hears of the server's events. */
export interface Heard {
  type: string;
  data: string;
}

const channelName = 'cineloom-events';
const retryMilliseconds = 5000;

/**
 * The server's stream of events, one for all tabs of this browser: browsers open only six connections to a server, and every stream holds one.
 * The tab that has the lock listens and tells the others; when it goes, the next one opens the stream anew. `hear` is called with every event of
 * the types named, and with 'open' whenever the stream was opened, so that what was missed in between can be asked for.
 */
export function listenTogether(address: string, types: string[], hear: (heard: Heard) => void): void {
  const channel = new BroadcastChannel(channelName);
  channel.addEventListener('message', ({ data }: MessageEvent<Heard>) => hear(data));
  const tell = (heard: Heard): void => {
    hear(heard);
    channel.postMessage(heard);
  };
  const open = (): void => {
    const stream = new EventSource(address);
    stream.addEventListener('open', () => tell({ type: 'open', data: '' }));
    for (const type of types) stream.addEventListener(type, (event: MessageEvent<string>) => tell({ type, data: event.data }));
    // A lost connection comes back by itself; a refusal, as of a server that has too much to do, does not.
    stream.addEventListener('error', () => stream.readyState === EventSource.CLOSED && setTimeout(open, retryMilliseconds));
  };
  const listen = (): Promise<never> => {
    open();
    return new Promise(() => {}); // the lock is held until the tab closes
  };
  // Pages that are not served securely have no locks: each tab listens for itself then.
  if ('locks' in navigator) void navigator.locks.request(channelName, listen);
  else void listen();
  hear({ type: 'open', data: '' });
}
