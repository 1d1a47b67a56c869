// A part of a catalogue (vite.config.ts).
declare module '*.json?part=first' {
  const words: Record<string, string>;
  export default words;
}
declare module '*.json?part=rest' {
  const words: Record<string, string>;
  export default words;
}
