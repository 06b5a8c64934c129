package main

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"testing"
)

// drawn is a picture in which each pixel has the colour that its place says.
func drawn(t *testing.T, size int, colour func(x, y int) color.NRGBA) []byte {
	t.Helper()
	picture := image.NewNRGBA(image.Rect(0, 0, size, size))
	for y := range size {
		for x := range size {
			picture.SetNRGBA(x, y, colour(x, y))
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, picture); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestSmaller(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		colour func(x, y int) color.NRGBA
		off    int // how far a colour may be from what it was
	}{
		"areas": {func(x, _ int) color.NRGBA { return color.NRGBA{uint8(x / 32 * 20), 130, 7, 255} }, 0},
		"a shade among areas": {func(x, y int) color.NRGBA {
			if x == y {
				return color.NRGBA{103, 130, 7, 255}
			}
			return color.NRGBA{uint8(x / 32 * 20), 130, 7, 255}
		}, 5},
		"thousands of shades": {func(x, y int) color.NRGBA { return color.NRGBA{uint8(x), uint8(y), 0, 255} }, 255},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			small, err := smaller(drawn(t, 256, test.colour))
			if err != nil {
				t.Fatal(err)
			}
			decoded, err := png.Decode(bytes.NewReader(small))
			if err != nil {
				t.Fatal(err)
			}
			if colours, has := decoded.ColorModel().(color.Palette); !has || len(colours) > maxColours {
				t.Errorf("the picture has no palette: %T", decoded.ColorModel())
			}
			for y := range 256 {
				for x := range 256 {
					got, _ := color.NRGBAModel.Convert(decoded.At(x, y)).(color.NRGBA)
					want := test.colour(x, y)
					if off := max(distance(got.R, want.R), distance(got.G, want.G), distance(got.B, want.B)); off > test.off {
						t.Fatalf("at %d, %d: %v, want %v", x, y, got, want)
					}
				}
			}
		})
	}
	if _, err := smaller([]byte("no picture")); err == nil {
		t.Error("what is no picture was made smaller")
	}
}

func distance(a, b uint8) int { return int(max(a, b) - min(a, b)) }

func TestColoured(t *testing.T) {
	t.Parallel()
	got := coloured("resource \"a\" {\n  b = \"<c>\"\n}\n")
	want := `<span class="key">resource</span> <span class="text">&#34;a&#34;</span> {` + "\n" +
		`  b = <span class="text">&#34;&lt;c&gt;&#34;</span>` + "\n}"
	if string(got) != want {
		t.Errorf("got %s", got)
	}
}
