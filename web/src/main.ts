import { mount } from 'svelte';
import App from './App.svelte';
import './app.css';
import { locale } from './locales/locale.svelte';

const target = document.getElementById('app');
const show = (): void => void (target && mount(App, { target }));
// Words that cannot be fetched leave the page in English.
locale.begin().then(show, show);
