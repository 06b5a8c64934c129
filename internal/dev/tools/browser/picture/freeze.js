// What is another each time is always the same in a picture: times, how full the bucket is, and what has just changed.
yesterday => {
	for (const animation of document.getAnimations()) animation.cancel();
	for (let timer = setTimeout(() => {}); timer > 0; timer--) clearTimeout(timer);
	const rows = [...document.querySelectorAll("li.dialog")].filter(row => row.checkVisibility());
	const moments = [...new Set(rows.map(row => Number(row.dataset.activity)))].sort((a, b) => b - a);
	const times = ["9:38", "9:25", "9:02", "8:47"];
	for (const row of rows) {
		row.querySelector(".activity").textContent = times[moments.indexOf(Number(row.dataset.activity))] ?? yesterday;
		if (row.matches('[data-user="7"] [data-pinned="true"]')) row.style.backgroundColor = "var(--flash)";
	}
	document.querySelectorAll("#log > li").forEach((request, i) => {
		request.querySelector(".when").textContent = `9:41:${30 - Math.floor(i / 2)}`;
		const raw = request.querySelector(".raw");
		raw.textContent = raw.textContent.replace(/\d+ (ms|мс)/, "84 $1");
	});
	const level = document.querySelector("#bucket-label");
	document.querySelector("#bucket").value = 17;
	level.textContent = level.textContent.replace(/\d+/, "17");
}
