// site
const config = {
  title: 'Locks',
  url: 'https://locks.example',
  baseUrl: '/d/',
  i18n: {defaultLocale: 'en', locales: ['en']},
};
export default config;
