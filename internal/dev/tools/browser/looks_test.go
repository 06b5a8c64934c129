package browser

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

func testPhone(t *testing.T, open opener) {
	portal := office()
	portal.AddChat(fakeportal.Chat{ID: 99, Title: strings.Repeat("Widest", 30), Members: []int64{manager}})
	v := open(t, portal, chromedp.EmulateViewport(360, 740, chromedp.EmulateTouch))
	v.everythingHappens()
	v.click(person(manager) + " button.reveal")
	for _, language := range []string{"en", "ru"} {
		v.everyText(language)
		eval[int](v, `document.querySelectorAll("#log > li").forEach(li => { li.style.contentVisibility = "visible" }), 0`) // below what is in sight, too
		if wide := eval[float64](v, `document.documentElement.scrollWidth`); wide > 360 {
			t.Errorf("%s: the page is %v wide: %q", language, wide, eval[[]string](v, `[...document.querySelectorAll("body *")]
				.filter(e => e.getBoundingClientRect().right + scrollX > 361).map(e => e.tagName + "." + e.className)`))
		}
	}
	v.do(chromedp.ScrollIntoView(chromedp.CSS(row(manager, "chat33")+" button.pin")), chromedp.Tap(chromedp.CSS(row(manager, "chat33")+" button.pin")))
	v.await(isPinned(manager, "chat33", true))
}

// More people than there is room for, and more pins than fit in a list.
func testManyPeople(t *testing.T, open opener) {
	portal := fakeportal.NewCompany(fakeportal.Options{}, 12, 60)
	for id := range int64(12) {
		for chat := range 45 {
			if err := portal.Pin(id+1, fmt.Sprintf("chat%d", chat+1)); err != nil {
				t.Fatal(err)
			}
		}
	}
	v := open(t, portal, chromedp.EmulateViewport(1280, 800))
	v.await(`document.querySelectorAll('section.person').length === 12 && document.querySelectorAll('li.dialog[data-pinned="true"]').length === 12 * 45`)
	if wide := eval[float64](v, `document.documentElement.scrollWidth`); wide > 1280 {
		t.Errorf("the page is %v wide", wide)
	}
	v.click(row(12, "chat1") + " button.pin") // it is below what is in sight
	v.await(isPinned(12, "chat1", false))
	if pins := portal.Pins(12); len(pins) != 44 || len(portal.Pins(11)) != 45 {
		t.Errorf("%d pins are left: %q", len(pins), pins)
	}
}

// contrasts are the texts that stand out too little from what is behind them (WCAG 2, AA), as "ratio text".
const contrasts = `(() => {
	const canvas = new OffscreenCanvas(1, 1).getContext("2d", {willReadFrequently: true});
	const parse = color => {
		canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1);
		const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
		return [r, g, b, a / 255];
	};
	const over = ([r, g, b, a], [R, G, B]) => [r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a), 1];
	const behind = element => {
		if (!element) return parse(getComputedStyle(document.documentElement).colorScheme.includes("dark") && matchMedia("(prefers-color-scheme: dark)").matches ? "#121212" : "#fff");
		const own = parse(getComputedStyle(element).backgroundColor);
		return own[3] === 1 ? own : over(own, behind(element.parentElement));
	};
	const light = ([r, g, b]) => {
		const [x, y, z] = [r, g, b].map(c => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
		return 0.2126 * x + 0.7152 * y + 0.0722 * z;
	};
	const poor = [];
	for (const element of document.querySelectorAll("body *")) {
		const text = [...element.childNodes].filter(n => n.nodeType === Node.TEXT_NODE).map(n => n.data.trim()).join("");
		if (!text || !element.checkVisibility({opacityProperty: true, visibilityProperty: true}) || element.matches(":disabled, option")) continue;
		const style = getComputedStyle(element), back = behind(element), [a, b] = [light(over(parse(style.color), back)), light(back)];
		const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), size = parseFloat(style.fontSize);
		const large = size >= 24 || size >= 18.66 && parseInt(style.fontWeight) >= 700;
		if (ratio < (large ? 3 : 4.5)) poor.push(ratio.toFixed(2) + " " + element.className + " " + text);
	}
	return poor;
})()`

func testLightAndDark(t *testing.T, open opener) {
	v := open(t, office())
	v.everythingHappens()
	backgrounds := map[string]string{}
	for _, scheme := range []string{"light", "dark"} {
		// What still changes its colour would be read in the middle.
		v.do(prefer(&emulation.MediaFeature{Name: "prefers-color-scheme", Value: scheme}, lessMotion()))
		v.await(`document.getAnimations().filter(a => a.playState === "running").length === 0`)
		backgrounds[scheme] = eval[string](v, `getComputedStyle(document.body).backgroundColor`)
		if poor := eval[[]string](v, contrasts); len(poor) > 0 {
			t.Errorf("%s: texts that stand out too little: %q", scheme, poor)
		}
	}
	if backgrounds["light"] == backgrounds["dark"] {
		t.Errorf("light and dark are both %s", backgrounds["light"])
	}
}

// Nothing changes its place by and by for who does not want that; for others it does.
func testMotion(t *testing.T, open opener) {
	const moving = `document.getAnimations().filter(a => a.effect.getKeyframes().some(k => k.transform && k.transform !== "none")).length`
	v := open(t, office())
	for i, preference := range []*emulation.MediaFeature{lessMotion(), {Name: "prefers-reduced-motion", Value: "no-preference"}} {
		v.do(prefer(preference))
		eval[int](v, `window.most = 0; new MutationObserver(() => { most = Math.max(most, `+moving+`) }).observe(document.body, {subtree: true, attributes: true}), 0`)
		dialog := []string{"chat33", "chat29"}[i]
		v.pin(manager, dialog)
		v.await(isPinned(manager, dialog, true))
		if moved := eval[int](v, "most") > 0; moved != (i == 1) {
			t.Errorf("%s %s: rows move: %t", preference.Name, preference.Value, moved)
		}
	}
}

// Who hears the page knows what each control is for, and which chat it is about.
func testNames(t *testing.T, open opener) {
	v := open(t, office())
	v.everythingHappens()
	v.do(send(accessibility.Enable, cdp.Empty{}))
	names := map[string][]string{} // by role
	for _, node := range call(v, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{}).Nodes {
		if node.Ignored || node.Role == nil {
			continue
		}
		role, name := strings.Trim(string(node.Role.Value), `"`), ""
		if node.Name != nil {
			name = strings.TrimSpace(strings.Trim(string(node.Name.Value), `"`))
		}
		names[role] = append(names[role], name)
	}
	for _, role := range []string{"button", "combobox", "spinbutton", "meter", "region", "alert", "status", "DisclosureTriangle"} {
		if len(names[role]) == 0 && role != "alert" {
			t.Errorf("there is no %s", role)
		}
		if slices.Contains(names[role], "") && role != "alert" && role != "status" {
			t.Errorf("a %s has no name: %q", role, names[role])
		}
	}
	for _, title := range eval[[]string](v, `[...document.querySelectorAll("li.dialog .title")].map(e => e.textContent)`) {
		for _, role := range []string{"button", "DisclosureTriangle"} { // the pin, and the menu
			if !slices.ContainsFunc(names[role], func(name string) bool { return strings.Contains(name, title) }) {
				t.Errorf("no %s is called after %q: %q", role, title, names[role])
			}
		}
	}
}
