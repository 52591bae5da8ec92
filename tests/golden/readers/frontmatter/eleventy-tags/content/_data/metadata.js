export default {
	title: "Hedge",
	url: "https://hedge.example/",
	language: "en",
	author: { name: "Tam Orr", email: "x@hedge.example", url: "https://hedge.example/about/" }
}
