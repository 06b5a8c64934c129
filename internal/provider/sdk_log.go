package provider

import "strings"

// QuietSDK keeps the plugin SDK from writing its own log, unless an environment variable whose name begins with TF_LOG asks
// for one. The SDK traces each call, formats the lines and sends them to Terraform, which drops them. That is a fifth of what
// a large plan costs both. The provider's own lines are not affected, and are few.
//
// Programs that serve the provider call it first, with [os.Environ] and [os.Setenv].
func QuietSDK(environ []string, setenv func(name, value string) error) error {
	for _, variable := range environ {
		name, value, _ := strings.Cut(variable, "=")
		if strings.HasPrefix(name, "TF_LOG") && value != "" {
			return nil
		}
	}
	return setenv("TF_LOG_SDK", "off")
}
