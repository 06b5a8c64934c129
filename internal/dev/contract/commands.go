package contract

import (
	"bytes"
	"encoding/json"
)

// orderedCommands are the commands of a batch, each with its key, in the order in which they run. A Go map has no order.
type orderedCommands [][2]string

// MarshalJSON writes them as an object whose keys keep their order.
func (commands orderedCommands) MarshalJSON() ([]byte, error) {
	var text bytes.Buffer
	text.WriteByte('{')
	for i, command := range commands {
		if i > 0 {
			text.WriteByte(',')
		}
		for j, part := range command {
			written, err := json.Marshal(part)
			if err != nil {
				return nil, err
			}
			if j > 0 {
				text.WriteByte(':')
			}
			text.Write(written)
		}
	}
	text.WriteByte('}')
	return text.Bytes(), nil
}
