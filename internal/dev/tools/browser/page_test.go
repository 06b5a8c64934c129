package browser

import "testing"

// One browser for all, and for each test a portal and a tab of its own.
func TestPage(t *testing.T) {
	t.Parallel()
	open := openerOf(start(t))
	for name, test := range map[string]func(*testing.T, opener){
		"opening it asks the portal nothing":    testOpening,
		"pin and unpin by click":                testClick,
		"pin and unpin by keyboard":             testKeyboard,
		"a menu by keyboard":                    testMenuByKeyboard,
		"a person's own list only":              testOneList,
		"a request of a program":                testRequest,
		"a batch in words":                      testBatch,
		"a hundred requests":                    testHundredRequests,
		"what is refused is said":               testRefused,
		"a message moves a chat up":             testMessage,
		"leave and join":                        testLeaveAndJoin,
		"attach to a project, and detach":       testAttach,
		"generation and sort":                   testGeneration,
		"the limit spent, and drained":          testSpend,
		"drawing the level stops no timer":      testTimers,
		"a fault, met by the next request":      testFault,
		"faults forgotten":                      testHeal,
		"titles that are markup":                testMarkup,
		"secrets after a click only":            testSecrets,
		"every text in both languages":          testLanguages,
		"the browser's language first":          testBrowserLanguage,
		"a phone":                               testPhone,
		"a dozen people with 45 pins":           testManyPeople,
		"two who look":                          testTwoPages,
		"light and dark":                        testLightAndDark,
		"motion, and less of it":                testMotion,
		"every control has a name":              testNames,
		"the portal restarts":                   testRestart,
		"terraform apply, in sight of the page": testTerraform,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open)
		})
	}
}
