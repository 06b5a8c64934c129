package provider

import "strings"

// QuietSDK keeps the plugin SDK from writing its own log, unless a variable of the environment whose name begins with TF_LOG
// asks for one. The SDK traces each call. It would format those lines and send them to Terraform, which drops them: a fifth of
// what a large plan costs both. The provider's own lines are not the SDK's, and are few.
//
// It is for programs that serve the provider, which pass [os.Environ] and [os.Setenv], and it comes before they serve.
func QuietSDK(environ []string, setenv func(name, value string) error) error {
	for _, variable := range environ {
		name, value, _ := strings.Cut(variable, "=")
		if strings.HasPrefix(name, "TF_LOG") && value != "" {
			return nil
		}
	}
	return setenv("TF_LOG_SDK", "off")
}
