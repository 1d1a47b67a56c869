import { mount } from 'svelte';
import App from './App.svelte';
import './app.css';
import { locale } from './locales/locale.svelte';

const target = document.getElementById('app');
const show = (): void => void (target && mount(App, { target }));
// Words that cannot be fetched leave the page in English.
locale.begin().then(show, show);
// The page opens without the server too; where a browser does not keep pages, it is a page as any other.
if (import.meta.env.PROD) addEventListener('load', () => void navigator.serviceWorker?.register('sw.js').catch(() => undefined));
