package lookup

import (
	"context"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24/im"
)

// WhoAmI finds out whose credential the asker uses. The error is [im.ErrUnknownOwner] or the asker's.
func WhoAmI(ctx context.Context, asker Asker) (im.Person, error) {
	reply, err := asker.Ask(ctx, im.Profile())
	if err != nil {
		return im.Person{}, err
	}
	return im.ParseProfile(reply.Result)
}
