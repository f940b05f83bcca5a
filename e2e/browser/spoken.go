package browser

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"
)

// Spoken is what a screen reader reads of the page, in its order: the texts, and the names of
// pictures, with white space made one.
func (p *Person) Spoken() string {
	p.t.Helper()
	var texts []string
	p.do("read the accessibility tree", func(ctx context.Context, tab *chromedp.Target) error {
		tree, err := cdp.Call(ctx, tab, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
		if err != nil {
			return err
		}
		texts = textsIn(tree.Nodes)
		return nil
	})
	return strings.Join(strings.Fields(strings.Join(texts, " ")), " ")
}

// textsIn returns the texts of an accessibility tree, from the first node on.
func textsIn(nodes []*accessibility.Node) (texts []string) {
	byID := map[accessibility.NodeID]*accessibility.Node{}
	for _, node := range nodes {
		byID[node.NodeID] = node
	}
	var read func(node *accessibility.Node)
	read = func(node *accessibility.Node) {
		if role := textOf(node.Role); !node.Ignored && (role == "StaticText" || role == "image") {
			texts = append(texts, textOf(node.Name))
		}
		for _, id := range node.ChildIDs {
			if child, known := byID[id]; known {
				read(child)
			}
		}
	}
	if len(nodes) > 0 {
		read(nodes[0])
	}
	return texts
}

// textOf returns a value that is a text.
func textOf(value *accessibility.Value) (text string) {
	if value != nil {
		_ = json.Unmarshal(value.Value, &text) // anything else than a text is none
	}
	return text
}
