package bitrix24

import "testing"

func TestWhatLooksLikeACredential(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]struct{ looks, holds bool }{
		"https://portal.example/rest/1/" + testSecret + "/": {true, true},
		"https://portal.example/REST/1/" + testSecret:       {true, true},
		"/rest/1/" + testSecret + "/batch":                  {true, true},
		"rest/1/" + testSecret:                              {true, false},
		testSecret:                                          {true, false},
		testSecret[:8]:                                      {true, false},
		testSecret[:4] + "\u200b" + testSecret[4:8]:         {true, false},
		"abcdefgh":                         {true, false},
		"12345678abcdefgh":                 {true, false},
		"ftp://x":                          {true, false},
		"/rest/":                           {true, false},
		testSecret[:7]:                     {false, false},
		"":                                 {false, false},
		"fast":                             {false, false},
		"90seconds":                        {false, false},
		"2026-11-29":                       {false, false},
		"1000000000000":                    {false, false},
		"1.00000000000001":                 {false, false},
		"chat9223372036854775808":          {false, false},
		"anna/chat17":                      {false, false},
		"the rest of us":                   {false, false},
		"Talk about https://a.example/b/c": {true, false},
	} {
		if looks, holds := LooksLikeCredential(text), HoldsWebhook(text); looks != want.looks || holds != want.holds {
			t.Errorf("%q looks like a credential: %v, holds a webhook: %v; want %v", text, looks, holds, want)
		}
	}
}
