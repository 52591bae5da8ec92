import {themes as prismThemes} from 'prism-react-renderer';
// url: 'https://wrong.example',
const config = {
  title: 'Weir',
  url: 'https://weir.example',
  baseUrl: '/site/',
  trailingSlash: true,
  i18n: { defaultLocale: 'nl', locales: ['nl', 'en'] },
  presets: [['classic', {
    docs: { routeBasePath: '/', sidebarPath: './sidebars.ts', editUrl: 'https://git.example' },
    blog: {
      path: 'news',
      routeBasePath: 'updates',
      showReadingTime: true,
      feedOptions: { type: ['rss', 'atom'] },
    },
    theme: { customCss: './src/css/custom.css' },
  }]],
};
export default config;
