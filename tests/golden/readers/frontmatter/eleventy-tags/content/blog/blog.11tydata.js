export default {
	tags: ["posts"],
	"layout": "layouts/post.njk",
	permalink: "/b/{{ page.fileSlug }}/",
	ogImage: "/img/hedge.png",
};
