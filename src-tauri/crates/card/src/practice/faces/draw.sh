#!/bin/sh
# Draws the faces of the made-up residents' cards: names and addresses as the chip holds them (PNG, one bit a dot; twice as
# fine as on the card that was measured, to be seen at a glance), one photo that is nobody's (JPEG 2000), and the front of a
# residence card (TIFF, CCITT G4). Needs imagemagick, pango1.0-tools and fonts-ipamj-mincho. Run in this folder.
set -eu
font=$(fc-match -f '%{file}' IPAmjMincho)
text() { # file, width, words
    # Pango knows variation selectors; ImageMagick's own text does not.
    pango-view --no-display --font='IPAmjMincho 16' --dpi=96 --margin=0 --text="$3" --output="$1.png"
    convert "$1.png" -background white -flatten -trim +repage -gravity west -background white -extent "$2x24" \
        -colorspace gray -threshold 60% -define png:color-type=0 -define png:bit-depth=1 -strip "$1.png"
}
while IFS='	' read -r id name address; do
    text "$id-name" 432 "$name"
    text "$id-address" 576 "$address"
done <<'RESIDENTS'
kenichi	潮崎　健一	架空県みなと野市港町一丁目２番３号
minami	潮崎　美波	架空県みなと野市港町一丁目２番３号
haruna	潮崎　陽菜	架空県みなと野市港町一丁目２番３号
aoi	潮崎　蒼	架空県みなと野市港町一丁目２番３号
masao	浜名　正雄	架空県みなと野市汐見台４－５汐見台団地６号棟７０８号
fumi	浜名　ふみ	架空県みなと野市汐見台４－５汐見台団地６号棟７０８号
maria	ＳＡＮＴＯＳ　ＭＡＲＩＡ　ＣＬＡＲＡ	架空県みなと野市東町三丁目１５番２号コーポ灯台２０１
kuzuha	𠮷﨑　葛󠄀葉	架空県みなと野市葛󠄀原１２番地の３
satoru	𡈽口　慧	架空県みなと野市北浜５６７番地
eiko	金山　英子	架空県みなと野市東町二丁目８番１号
RESIDENTS
convert -size 378x472 xc:gray85 -fill gray55 -draw 'circle 189,190 189,100' \
    -draw 'ellipse 189,470 150,170 180,360' -blur 0x3 -type Grayscale -depth 8 -strip -define jp2:quality=48 photo.jp2
front() { # file, title, name
    convert -size 856x540 xc:white -fill black -font "$font" -pointsize 34 -gravity northwest \
        -draw "text 40,30 '$2'" -pointsize 30 -draw "text 40,110 '氏名　$3'" -draw "text 40,170 '生年月日　$4'" \
        -draw "text 40,230 '国籍・地域　$5'" -draw "text 40,290 '住居地　$6'" -draw "text 40,480 '見本　架空の人物です'" \
        -threshold 55% -compress Group4 -strip "$1-front.tif"
}
front maria 在留カード 'SANTOS MARIA CLARA' '1990年03月15日　女' フィリピン 架空県みなと野市東町三丁目１５番２号
front eiko 特別永住者証明書 '金山　英子' '1958年11月30日　女' 韓国 架空県みなと野市東町二丁目８番１号
