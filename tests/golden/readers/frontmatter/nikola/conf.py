BLOG_AUTHOR = 'Mira Falk'
SITE_URL = 'https://oars.example/'
TIMEZONE = 'UTC'
DEFAULT_LANG = 'en'
POSTS = (('posts/*.rst', 'blog', 'post.tmpl'), ('posts/*.md', 'blog', 'post.tmpl'))
