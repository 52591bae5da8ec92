import { defineConfig } from 'astro/config';
export default defineConfig({
  site: 'https://lamp.example',
  base: '/notes',
  trailingSlash: 'always',
  i18n: { defaultLocale: 'pt-br', locales: ['pt-br', 'en'] },
});
