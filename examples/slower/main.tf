provider "bitrix24" {
  requests_per_second = 1
}
