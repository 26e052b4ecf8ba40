import { mount } from 'svelte';
import App from './App.svelte';
import './field.css';

const target = document.getElementById('app');
if (target) mount(App, { target });
if ('serviceWorker' in navigator) void navigator.serviceWorker.register('/field/sw.js', { scope: '/field/' });
