package provider

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
)

// anna and boris are two people, and "again" is another name for anna.
func people(t *testing.T) (anna, again, boris *account) {
	t.Helper()
	data := newProviderData(credentials{named: map[string]bitrix24.Credential{
		"again": webhookAt(t, "portal.example/rest/1"), "anna": webhookAt(t, "portal.example/rest/1"), "boris": webhookAt(t, "portal.example/rest/7"),
	}}, newTestClient)
	return data.accounts[1], data.accounts[0], data.accounts[2]
}

func webhookAt(t *testing.T, at string) bitrix24.Webhook {
	t.Helper()
	webhook, err := bitrix24.ParseWebhook("https://" + at + "/" + secret + "/")
	mustDo(t, err)
	return webhook
}

// marked is a claim with that mark in the state.
func marked(mark string, one claim) claim {
	one.mark = mark
	return one
}

// take adds claims.
func (c *claims) take(all []claim) {
	for _, one := range all {
		c.add(one)
	}
}

// The claims that may be in a list are found in their order, however the owner of the list is known.
func TestClaimsAreFoundByTheirList(t *testing.T) {
	anna, again, boris := people(t)
	portal, err := bitrix24.ParsePortal("https://portal.example")
	mustDo(t, err)
	ofApp, err := bitrix24.ParseAccessToken(portal, secret+secret)
	mustDo(t, err)
	token := newProviderData(credentials{hasOwn: true, own: ofApp}, newTestClient).accounts[0]
	elsewhere := newProviderData(credentials{hasOwn: true, own: webhookAt(t, "other.example/rest/1")}, newTestClient).accounts[0]
	unknown := &account{name: "clara"}
	here := listRef{userID: 1, portal: "portal.example"}
	hostOnly := here
	hostOnly.hostOnly = true
	var kinds []claim
	for _, of := range []*account{anna, again, boris, token, elsewhere, unknown, nil} {
		for _, in := range []listRef{{}, here, hostOnly, {userID: 7, portal: "portal.example"}, {userID: 1, portal: "other.example"}} {
			kinds = append(kinds, claim{of: of, in: in})
		}
	}
	random := rand.New(rand.NewPCG(1, 1))
	var noted claims
	for i := range 300 {
		one := kinds[random.IntN(len(kinds))]
		one.name = strconv.Itoa(i)
		want := slices.DeleteFunc(slices.Clone(noted.all), func(other claim) bool { return !other.isInListOf(one) })
		names := func(all []claim) (names []string) {
			for _, other := range all {
				names = append(names, other.name)
			}
			return names
		}
		if got := noted.note(one); !slices.Equal(names(got), names(want)) {
			t.Fatalf("%d: beside %v there are %v, want %v", i, one, names(got), names(want))
		}
	}
}

// One resource may be planned twice if it is replaced, with its state and then without. Everything else is two resources.
func TestWhatIsTwoResources(t *testing.T) {
	anna, again, boris := people(t)
	own := []dialog.ID{dialog.New(dialog.Chat, 2)}
	owning := func(one claim) claim {
		one.own = own
		return one
	}
	list := func(phase phase) claim { return owning(claimOfList(phase, anna)) }
	pin := func(phase phase) claim {
		return owning(claimOfPin(phase, again, newDialogID(types.StringValue("chat2"))))
	}
	left := claim{phase: leaving, mark: "left", in: listRef{userID: 1, portal: "portal.example"}, whole: true, own: own, unpins: own}
	leftPin := claim{phase: leaving, mark: "left", in: left.in, own: own, unpins: own}
	pinsAgain := list(kept).keptBy(anna, claimState{PinsAgain: true})
	for name, test := range map[string]struct {
		before           []claim
		last             claim
		errors, warnings int
	}{
		"a list that is there":               {nil, list(kept), 0, 0},
		"that is made":                       {nil, list(made), 0, 0},
		"there, then made":                   {[]claim{list(kept)}, list(made), 0, 1},
		"made, then there":                   {[]claim{list(made)}, list(kept), 1, 0},
		"both made":                          {[]claim{list(made)}, list(made), 1, 0},
		"both there":                         {[]claim{list(kept)}, list(kept), 1, 0},
		"replaced, and another one made":     {[]claim{list(kept), list(made)}, list(made), 1, 0},
		"another person's":                   {[]claim{claimOfList(kept, boris)}, list(kept), 0, 0},
		"read, then planned":                 {[]claim{list(inState)}, list(kept), 0, 0},
		"a list, then a pin":                 {[]claim{list(kept)}, pin(made), 1, 0},
		"a pin, then a list":                 {[]claim{pin(kept)}, list(made), 1, 0},
		"two pins":                           {[]claim{pin(kept)}, pin(kept), 0, 0},
		"a list beside what unpins its pins": {[]claim{left}, list(kept), 0, 1},
		"that pins them again":               {[]claim{left}, pinsAgain, 0, 0},
		"that comes from another list":       {[]claim{left}, list(kept).replacedBy(anna), 0, 0},
		"that has pinned others":             {[]claim{left}, claimOfList(kept, anna), 0, 0},
		"that is made in its place":          {[]claim{left}, list(made), 0, 0},
		"that moves to this list, too":       {[]claim{left}, marked("left", list(kept)), 0, 0},
		"beside a pin that leaves":           {[]claim{leftPin}, list(kept), 0, 1},
		"a pin beside what unpins it":        {[]claim{left}, pin(kept), 0, 1},
		"that is made after it":              {[]claim{left}, pin(made), 0, 0},
		"a pin beside a pin that leaves":     {[]claim{leftPin}, pin(kept), 0, 1},
	} {
		t.Run(name, func(t *testing.T) {
			data := &providerData{}
			data.claims.take(test.before)
			var diags diag.Diagnostics
			resolvedList{acting: test.last.of, provider: data}.claim(&diags, test.last)
			if diags.ErrorsCount() != test.errors || diags.WarningsCount() != test.warnings {
				t.Errorf("got %v", diags)
			}
		})
	}
}

// A resource that leaves a list unpins what nobody else in the list keeps.
func TestWhatStaysWhenAResourceLeaves(t *testing.T) {
	anna, again, boris := people(t)
	number := func(n int64) dialog.ID { return dialog.New(dialog.Chat, n) }
	both := []dialog.ID{number(1), number(2)}
	owning := func(mark string, one claim, own ...dialog.ID) claim {
		one.mark, one.own = mark, own
		return one
	}
	list := func(mark string, phase phase) claim { return owning(mark, claimOfList(phase, anna), both...) }
	pin := func(mark string, phase phase, n int64) claim {
		return owning(mark, claimOfPin(phase, again, newDialogID(types.StringValue(number(n).String()))), number(n))
	}
	here := listRef{userID: 1, portal: "portal.example"}
	hostOnly := here
	hostOnly.hostOnly = true
	theList := claim{phase: leaving, in: here, mark: "it", whole: true, own: both}
	thePin := claim{phase: leaving, in: here, mark: "it", own: both[1:]}
	for name, test := range map[string]struct {
		before []claim
		last   claim
		want   []dialog.ID
	}{
		"nobody else is there":                    {nil, theList, nil},
		"only the list itself":                    {[]claim{list("it", inState)}, theList, nil},
		"another list":                            {[]claim{list("other", inState)}, theList, both},
		"another list of one of them":             {[]claim{owning("other", claimOfList(inState, anna), both[0])}, theList, both[:1]},
		"another list that leaves, too":           {[]claim{list("other", inState), marked("other", theList)}, theList, nil},
		"another list, of which nothing was read": {[]claim{list("other", kept)}, theList, both},
		"another list is made, which pins again":  {[]claim{list("it", inState), list("", made)}, theList, nil},
		"another list comes, which pins again":    {[]claim{list("other", kept).replacedBy(anna)}, theList, nil},
		"another person's list":                   {[]claim{owning("other", claimOfList(kept, boris), both...)}, theList, nil},
		"a pin":                                   {[]claim{list("it", inState), pin("other", inState, 2)}, theList, both[1:]},
		"a pin, of which nothing was read":        {[]claim{pin("other", kept, 1)}, theList, both[:1]},
		"a pin that leaves, too":                  {[]claim{pin("other", inState, 2), marked("other", thePin)}, theList, nil},
		"a pin leaves a list":                     {[]claim{pin("it", inState, 2), list("other", inState)}, thePin, both[1:]},
		"two pins of a dialog":                    {[]claim{pin("it", inState, 2), pin("other", inState, 2)}, thePin, both[1:]},
		"two pins of two dialogs":                 {[]claim{pin("it", inState, 2), pin("other", inState, 1)}, thePin, nil},
		"a state that knows its host alone":       {[]claim{list("other", kept)}, claim{phase: leaving, in: hostOnly, whole: true, own: both}, both},
	} {
		t.Run(name, func(t *testing.T) {
			var noted claims
			noted.take(test.before)
			if got := noted.staying(test.last); !slices.Equal(got, test.want) {
				t.Errorf("%v stay, want %v", got, test.want)
			}
		})
	}
}

// Either the plan of the leaving resource sees the other one, or the read of the other one sees that plan.
func TestOneOfTwoSeesTheOther(t *testing.T) {
	here := listRef{userID: 1, portal: "portal.example"}
	two, three := []dialog.ID{dialog.New(dialog.Chat, 2)}, []dialog.ID{dialog.New(dialog.Chat, 3)}
	for name, test := range map[string]struct {
		leaves, stays claim
		seen          bool
	}{
		"two lists":             {claim{whole: true, own: two}, claim{whole: true, own: two}, true},
		"two lists of others":   {claim{whole: true, own: two}, claim{whole: true, own: three}, false},
		"a list beside a pin":   {claim{whole: true, own: two}, claim{own: two}, true},
		"another pin's dialog":  {claim{whole: true, own: two}, claim{own: three}, false},
		"a pin beside a list":   {claim{own: two}, claim{whole: true, own: two}, true},
		"two pins of a dialog":  {claim{own: two}, claim{own: two}, true},
		"the same resource":     {claim{whole: true, mark: "x", own: two}, claim{whole: true, mark: "x", own: two}, false},
		"another person's list": {claim{whole: true, own: two, in: listRef{userID: 7, portal: "portal.example"}}, claim{whole: true, own: two}, false},
	} {
		t.Run(name, func(t *testing.T) {
			leaves, stays := test.leaves, test.stays
			leaves.phase = leaving
			leaves.mark, stays.mark = cmp.Or(leaves.mark, "leaves"), cmp.Or(stays.mark, "stays")
			if stays.in = here; leaves.in.userID == 0 {
				leaves.in = here
			}
			planFirst, readFirst := &claims{}, &claims{}
			staying := planFirst.staying(leaves)
			if pinsAgain := planFirst.beginRead(stays)(); pinsAgain != test.seen || len(staying) > 0 {
				t.Errorf("planned first: it pins again %v, and %v stay", pinsAgain, staying)
			}
			ended := readFirst.beginRead(stays)
			if staying := readFirst.staying(leaves); ended() || len(staying) > 0 != test.seen {
				t.Errorf("read first: %v stay", staying)
			}
		})
	}
}

func TestWhoIsTheSamePersonWithoutAskingThePortal(t *testing.T) {
	t.Parallel()
	named := map[string]bitrix24.Credential{}
	for name, at := range map[string]string{
		"anna":          "portal.example/rest/1",
		"also anna":     "portal.example/rest/1",
		"boris":         "portal.example/rest/7",
		"elsewhere":     "other.example/rest/1",
		"in a folder":   "portal.example/b24/rest/1",
		"a login":       "portal.example/rest/anna",
		"another login": "portal.example/rest/boris",
	} {
		named[name] = webhookAt(t, at)
	}
	named["not known"], named["not known either"] = nil, nil
	access := newProviderData(credentials{named: named}, newTestClient)
	for _, test := range []struct {
		one, other string
		same       bool
	}{
		{"anna", "anna", true},
		{"anna", "also anna", true},
		{"anna", "boris", false},
		{"anna", "elsewhere", false},
		{"anna", "in a folder", false},
		{"a login", "a login", true},
		{"a login", "another login", false},
		{"anna", "a login", false},
		{"not known", "not known", true},
		{"not known", "not known either", false},
		{"not known", "anna", false},
	} {
		one, other := access.accountNamed(types.StringValue(test.one)), access.accountNamed(types.StringValue(test.other))
		if same := claimOfList(kept, one).isInListOf(claimOfList(kept, other)); same != test.same {
			t.Errorf("%s and %s are the same person: %v", test.one, test.other, same)
		}
	}
}
