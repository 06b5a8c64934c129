package main

import (
	"bytes"
	"cmp"
	"image"
	"image/color"
	"image/png"
	"maps"
	"slices"
)

// maxColours is what a picture with a palette can have.
const maxColours = 256

// smaller is a picture with a palette: a third of the size. The colours of areas stay what they are; of the many shades
// that edges of letters have, neighbours become one.
func smaller(picture []byte) ([]byte, error) {
	decoded, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		return nil, err
	}
	bounds := decoded.Bounds()
	counts := map[color.NRGBA]int{}
	at := func(x, y int) color.NRGBA {
		c, _ := color.NRGBAModel.Convert(decoded.At(x, y)).(color.NRGBA)
		return c
	}
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			counts[at(x, y)]++
		}
	}
	colours := palette(counts)
	nearest := map[color.NRGBA]uint8{}
	for c := range counts {
		nearest[c] = uint8(colours.Index(c)) // of 256 at most
	}
	flat := image.NewPaletted(bounds, colours)
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			flat.SetColorIndex(x, y, nearest[at(x, y)])
		}
	}
	var out bytes.Buffer
	err = (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, flat)
	return out.Bytes(), err
}

// palette is made of the most frequent colours, each other than those before it.
func palette(counts map[color.NRGBA]int) (chosen color.Palette) {
	frequent := slices.SortedFunc(maps.Keys(counts), func(a, b color.NRGBA) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), slices.Compare([]uint8{a.R, a.G, a.B}, []uint8{b.R, b.G, b.B}))
	})
	var near []color.NRGBA
	for _, c := range frequent {
		if len(chosen) == maxColours {
			break
		}
		if !slices.ContainsFunc(near, func(other color.NRGBA) bool { return areAlike(c, other) }) {
			near, chosen = append(near, c), append(chosen, c)
		}
	}
	return chosen
}

// areAlike reports whether nobody could tell two colours of thin lines apart.
func areAlike(a, b color.NRGBA) bool {
	const few = 6
	return max(a.R, b.R)-min(a.R, b.R) < few && max(a.G, b.G)-min(a.G, b.G) < few && max(a.B, b.B)-min(a.B, b.B) < few
}
