//go:build race

package provider

// buildArgs are how the provider is built for tests of its process.
func buildArgs() []string { return []string{"-race"} }
