/** A text and when it is said. */
export interface TimedText {
  begin_ms: number;
  end_ms: number;
  text: string;
}

const timing = /(?:(\d+):)?(\d{2}):(\d{2})\.(\d{3}) --> (?:(\d+):)?(\d{2}):(\d{2})\.(\d{3})/;
const milliseconds = (hours = '0', minutes = '0', seconds = '0', rest = '0'): number =>
  ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000 + Number(rest);

/** The cues of a WebVTT file as this program's server writes them. */
export function cuesOf(vtt: string): TimedText[] {
  return vtt.split(/\n\n+/).flatMap((block) => {
    const found = timing.exec(block);
    if (!found) return [];
    const text = block.slice(block.indexOf('\n', found.index) + 1).replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
    return [{ begin_ms: milliseconds(...found.slice(1, 5)), end_ms: milliseconds(...found.slice(5, 9)), text: text.trimEnd() }];
  });
}

/** Where the subtitles of footage lie: beside a film's own video, below another take. */
export const subtitlesOf = (url: string, language: string): string =>
  url.endsWith('/video') ? url.replace(/video$/, `subtitles/${language}.vtt`) : `${url}/subtitles/${language}.vtt`;
