module github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/tools/browser

go 1.26.0

require (
	github.com/bitrix24-community/terraform-provider-bitrix24 v0.0.0-00010101000000-000000000000
	github.com/chromedp/cdproto v0.160.1
	github.com/chromedp/chromedp v0.23.1
)

require (
	github.com/go-json-experiment/json v0.0.0-20260213210345-44df1a37e875 // indirect
	github.com/hashicorp/go-version v1.9.0 // indirect
)

replace github.com/bitrix24-community/terraform-provider-bitrix24 => ../../../..
