package pins

import (
	"context"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24/im"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dialog"
)

// Most tests know what they want pinned, so that nothing has to be held.

func (b *Board) Pin(ctx context.Context, id dialog.ID) (im.Dialog, error) {
	return b.Hold().Pin(ctx, id)
}

func (b *Board) Reconcile(ctx context.Context, desired []Entry, order Order, known Sorting) (Reconciled, error) {
	return b.Hold().Reconcile(ctx, desired, order, known)
}
