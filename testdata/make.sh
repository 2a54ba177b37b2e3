#!/usr/bin/env bash
# Creates all media of this directory with Debian's ffmpeg 5.1, then with derive.ts what ffmpeg cannot write. Run it from
# any directory; it overwrites existing files. README.md describes each file. Subtitle files are written by hand.
set -euo pipefail
cd "$(dirname "$0")"

export SVT_LOG=1 # errors only

# One thread and no version strings, so that the same ffmpeg writes the same bytes.
encode() {
  local out=$1
  shift
  ffmpeg -hide_banner -loglevel error -nostdin -y "$@" \
    -threads 1 -fflags +bitexact -flags:v +bitexact -flags:a +bitexact "$out"
}

# The inputs below are lists of words without spaces, so they are expanded without quotes.
# picture SIZE RATE SECONDS: input options for a test pattern with a seconds counter.
picture() { echo "-f lavfi -i testsrc=size=$1:rate=$2:duration=$3"; }

# tone HERTZ SECONDS [CHANNELS]: input options for a tone that swells each second.
tone() {
  local one="0.3*sin(2*PI*$1*t)*(0.6+0.4*sin(2*PI*t))"
  case ${3-stereo} in
    mono) echo "-f lavfi -i aevalsrc=$one:c=mono:s=48000:d=$2" ;;
    stereo) echo "-f lavfi -i aevalsrc=$one|0.5*$one:c=stereo:s=48000:d=$2" ;;
    quad) echo "-f lavfi -i aevalsrc=$one|$one|0.5*$one|0.5*$one:c=quad:s=48000:d=$2" ;;
    5.1) echo "-f lavfi -i aevalsrc=$one|$one|0.5*$one|0.2*sin(2*PI*60*t)|0.3*$one|0.3*$one:c=5.1:s=48000:d=$2" ;;
  esac
}

# H.264 with a key frame exactly every 2 seconds at 25 fps, three B-frames, closed GOPs.
avc=(-c:v libx264 -preset slow -pix_fmt yuv420p -bf 3 -g 50 -keyint_min 50 -sc_threshold 0 -crf 36)
aac=(-c:a aac -b:a 32k)

ladder() {
  local size
  for size in 426x240:36 640x360:33 1280x720:30; do
    local height=${size#*x}
    encode "ladder-avc-${height%:*}p.mp4" $(picture "${size%:*}" 25 12) "${avc[@]}" -crf "${size#*:}" \
      -movflags +faststart
  done
  encode ladder-aac-eng.mp4 $(tone 440 12) "${aac[@]}" -metadata:s:a language=eng -movflags +faststart
  encode ladder-aac-fra.mp4 $(tone 660 12) "${aac[@]}" -metadata:s:a language=fra -movflags +faststart
  encode ladder-mjpeg-thumbs.mp4 $(picture 160x90 1/2 12) -c:v mjpeg -q:v 12 -pix_fmt yuvj420p \
    -huffman optimal -movflags +faststart
}

# Black and silent, except for two white frames and 40 ms of 1 kHz at every full second from 1 s.
# flash SECONDS [AT]: video input; beep SECONDS [AT]: audio input; AT is its start in the presentation.
flash() {
  local n="(n+${2-0}*25)"
  echo "-f lavfi -i color=black:size=320x180:rate=25:duration=$1,drawbox=color=white:t=fill:enable=gte($n\,25)*lt(mod($n\,25)\,2)"
}
beep() {
  local t="(t+${2-0})"
  echo "-f lavfi -i aevalsrc=0.8*sin(2*PI*1000*$t)*gte($t\,1)*lt(mod($t+0.000001\,1)\,0.04):c=mono:s=48000:d=$1"
}

# H.264 and AAC in one file. -movie_timescale: edits in 1/1000 s could not represent the priming of AAC.
flashes() {
  encode flash-avc-bframes.mp4 $(flash 8) $(beep 8) "${avc[@]}" "${aac[@]}"
  encode flash-avc-audiodelayed.mp4 $(flash 8) -itsoffset 0.5 $(beep 7.5 0.5) "${avc[@]}" "${aac[@]}" \
    -movie_timescale 48000
  encode flash-avc-videodelayed.mp4 -itsoffset 0.6 $(flash 7.4 0.6) $(beep 8) "${avc[@]}" "${aac[@]}" \
    -fps_mode passthrough -movie_timescale 48000
  # A copy from 1.4 s retains the samples from the key frame at 0, and an edit declares the start.
  encode flash-avc-trimmed.mp4 -ss 1.4 -i flash-avc-bframes.mp4 -c copy -movie_timescale 48000
}

# H.264 variants with one trait each: 6 seconds of 320x180.
variants() {
  local x=("${avc[@]}") p
  p=$(picture 320x180 25 6)
  encode test-avc-baseline.mp4 $p "${x[@]}" -profile:v baseline -bf 0
  encode test-avc-2997fps.mp4 $(picture 320x180 30000/1001 6) "${x[@]}" -g 60 -keyint_min 60
  encode test-avc-2398fps.mp4 $(picture 320x180 24000/1001 6) "${x[@]}" -g 48 -keyint_min 48
  encode test-avc-vfr.mp4 $p -vf "select=not(between(n\,30\,60)*mod(n\,3))*not(eq(mod(n\,7)\,5))" \
    -fps_mode vfr "${x[@]}"
  encode test-avc-scenecuts.mp4 $p "${x[@]}" -g 250 -force_key_frames 0.52,1.96,2.08,4.4,5.72
  encode test-avc-onekey.mp4 $p "${x[@]}" -g 250
  encode test-avc-opengop.mp4 $p "${x[@]}" -x264-params open-gop=1 -g 25
  encode test-avc-negativects.mp4 $p "${x[@]}" -movflags negative_cts_offsets
  encode test-avc-interlaced.mp4 $(picture 320x192 50 6) -vf interlace "${x[@]}" -x264-params tff=1
  encode test-avc-anamorphic.mp4 $p "${x[@]}" -vf scale=180:144,setsar=64/45
  encode test-avc-frontmoov.mp4 $p "${x[@]}" -movflags +faststart
  encode test-avc-bt709.mp4 $p "${x[@]}" -vf scale=out_color_matrix=bt709 -colorspace bt709 -color_primaries bt709 \
    -color_trc bt709 -color_range tv
  # rotate works only when copying; 270 means 90 degrees clockwise.
  encode test-avc-rotated.mp4 -i test-avc-frontmoov.mp4 -c copy -metadata:s:v rotate=270
}

codecs() {
  local p
  p=$(picture 320x180 25 6)
  local x265=(-c:v libx265 -preset medium -crf 34 -g 50 -keyint_min 50 -sc_threshold 0)
  local hevc=keyint=50:min-keyint=50:scenecut=0:open-gop=0:pools=none:frame-threads=1:log-level=error:info=0
  encode test-hevc-hvc1.mp4 $p "${x265[@]}" -x265-params "$hevc" -tag:v hvc1 -pix_fmt yuv420p
  encode test-hevc-hev1.mp4 $p "${x265[@]}" -x265-params "$hevc:repeat-headers=1" -tag:v hev1 -pix_fmt yuv420p
  encode test-avc-avc3.mp4 $p "${avc[@]}" -x264-params repeat-headers=1 -tag:v avc3
  encode test-hevc-opengop.mp4 $p "${x265[@]}" -x265-params "$hevc:open-gop=1" -tag:v hvc1 -pix_fmt yuv420p
  encode test-hevc-hdr10.mp4 $p "${x265[@]}" -tag:v hvc1 -pix_fmt yuv420p10le -color_range tv \
    -color_primaries bt2020 -color_trc smpte2084 -colorspace bt2020nc -x265-params \
    "$hevc:hdr10=1:repeat-headers=0:max-cll=1000,400:master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,50)"
  encode test-av1-main.mp4 $p -c:v libsvtav1 -preset 8 -crf 50 -g 50 -svtav1-params lp=1 -pix_fmt yuv420p
  encode test-av1-10bit.mp4 $p -c:v libaom-av1 -cpu-used 8 -crf 50 -g 50 -keyint_min 50 -pix_fmt yuv420p10le
  encode test-vp9-profile0.mp4 $p -c:v libvpx-vp9 -crf 50 -b:v 0 -cpu-used 4 -g 50 -keyint_min 50 -pix_fmt yuv420p
  encode tone-aac-mono.m4a $(tone 440 6 mono) -ar 44100 -c:a aac -b:a 32k
  encode tone-aac-24khz.mp4 $(tone 440 6) -ar 24000 -c:a aac -b:a 24k
  encode tone-aac-24khzmono.mp4 $(tone 440 6 mono) -ar 24000 -c:a aac -b:a 16k
  encode tone-aac-silent.mp4 -f lavfi -i anullsrc=r=48000:cl=mono:d=6 -c:a aac -b:a 16k
  encode tone-aac-surround.mp4 $(tone 440 6 5.1) -c:a aac -b:a 96k
  encode tone-aac-pce.mp4 $(tone 440 6 quad) -c:a aac -b:a 64k
  encode tone-ac3-surround.mp4 $(tone 440 6 5.1) -c:a ac3 -b:a 192k
  encode tone-eac3-stereo.mp4 $(tone 440 6) -c:a eac3 -b:a 64k
  encode tone-eac3-surround.mp4 $(tone 440 4 5.1) -c:a eac3 -b:a 128k
  encode tone-opus-stereo.mp4 $(tone 440 6) -c:a libopus -b:a 32k
  encode tone-opus-surround.mp4 $(tone 440 4 5.1) -c:a libopus -mapping_family 1 -b:a 96k
  encode tone-flac-stereo.mp4 $(tone 440 6) -sample_fmt s16 -c:a flac -strict -2
  encode tone-mp3-stereo.mp4 $(tone 440 6) -c:a libmp3lame -b:a 48k
}

# Audio and video in one file, and several tracks.
several() {
  local p
  p="$(picture 320x180 25 6) $(tone 440 6)"
  encode pair-avc-aac.mp4 $p "${avc[@]}" "${aac[@]}"
  encode pair-avc-quicktime.mov -i pair-avc-aac.mp4 -c copy
  encode multi-avc-tracks.mp4 $p $(picture 160x90 25 6) $(tone 660 6) $(tone 880 6 mono) -i ladder-vtt-fra.vtt -t 6 \
    -map 0 -map 2 -map 1 -map 3 -map 4 -map 5 "${avc[@]}" "${aac[@]}" -c:s mov_text \
    -metadata:s:a:0 language=eng -metadata:s:a:1 language=fra -metadata:s:a:2 language=eng -metadata:s:s language=fra
  encode multi-avc-stpp.mp4 -i pair-avc-aac.mp4 -i cues-vtt-timemap.vtt -map 0 -map 1 -c copy -c:s ttml \
    -metadata:s:s language=eng
}

# chapters [START END TITLE]...: metadata of chapters, in milliseconds.
chapters() {
  echo ";FFMETADATA1"
  for (( ; $#; )); do
    printf "[CHAPTER]\nTIMEBASE=1/1000\nSTART=%s\nEND=%s\ntitle=%s\n" "$1" "$2" "$3"
    shift 3
  done
}

# Movies with covers, thumbnails and Motion JPEG, and audio of which the second track is the default.
offered() {
  local jpeg=(-c:v mjpeg -q:v 12 -pix_fmt yuvj420p -huffman optimal)
  local with=(-i pair-avc-aac.mp4 -map 1 -map 0 "${jpeg[@]}" -c:v:0 copy -c:a copy)
  encode pair-avc-coverjpeg.mp4 $(picture 160x160 25 0.04) "${with[@]}"
  encode pair-avc-thumbs.mp4 $(picture 160x90 1/2 6) "${with[@]}"
  encode pair-avc-onethumb.mp4 $(picture 160x90 1/6 6) "${with[@]}"
  encode tone-aac-chapters.m4a -i tone-aac-silent.mp4 \
    -f ffmetadata -i <(chapters 0 1500 Opening 1500 4000 "Café & “more” <b>" 4000 6000 "The end") \
    -map 0 -map_metadata 1 -c copy
  encode tone-aac-coveravc.m4a $(picture 160x160 25 0.04) -i tone-aac-24khz.mp4 -map 1 -map 0 -c:a copy "${avc[@]}" -f mp4
  encode pair-mjpeg-aac.mov $(picture 80x60 15 2) -i tone-aac-24khzmono.mp4 -t 2 "${jpeg[@]}" -c:a copy
  encode pair-mjpeg-pcm.mov $(picture 80x60 15 1) $(tone 440 1 mono) "${jpeg[@]}" -ar 8000 -c:a pcm_u8
  encode multi-aac-secondenabled.mp4 -i tone-aac-24khz.mp4 -i tone-aac-24khzmono.mp4 -map 0 -map 1 -c copy \
    -metadata:s:a:0 language=eng -metadata:s:a:1 language=fra -disposition:a:0 0 -disposition:a:1 default
}

# A recording that stands still from 5 s to 65 s. The frames show their numbers as ten bars, from the lowest bit on.
# x264 decodes a frame when another one is presented, so the first frames after the still stretch are decoded 60 s early.
still() {
  local bars="geq=lum=255*mod(floor(N/pow(2\,floor(X/32)))\,2):cb=128:cr=128"
  encode pair-avc-still.mp4 \
    -f lavfi -i "color=black:size=320x64:rate=12.5:duration=80,select=lt(t\,5)+gte(t\,65),$bars" \
    -f lavfi -i anullsrc=r=16000:cl=mono:d=80 "${avc[@]}" -g 24 -keyint_min 24 -force_key_frames 65 \
    -fps_mode passthrough -c:a aac -b:a 8k
}

# Fragmented files in the formats that encoders write, each with an mfra at the end.
fragmented() {
  local v=(-i test-avc-frontmoov.mp4 -c copy) av=(-i pair-avc-aac.mp4 -c copy)
  encode frag-avc-plain.mp4 "${v[@]}" -movflags frag_keyframe+empty_moov+default_base_moof
  encode frag-avc-delaymoov.mp4 "${v[@]}" -movflags frag_keyframe+delay_moov+default_base_moof
  encode frag-avc-negativects.mp4 "${v[@]}" -movflags frag_keyframe+empty_moov+default_base_moof+negative_cts_offsets
  encode frag-avc-globalsidx.mp4 "${v[@]}" -movflags frag_keyframe+dash+global_sidx
  encode frag-avc-sidxes.mp4 "${v[@]}" -movflags frag_keyframe+dash
  encode frag-avc-cmaf.mp4 "${v[@]}" -movflags frag_keyframe+cmaf
  encode frag-avc-everyframe.mp4 "${v[@]}" -movflags frag_every_frame+empty_moov+default_base_moof
  encode frag-avc-subgop.mp4 "${v[@]}" -movflags empty_moov+default_base_moof -frag_duration 300000
  encode frag-opus-noroll.mp4 $(tone 440 6 mono) -c:a libopus -b:a 24k \
    -movflags frag_keyframe+empty_moov+default_base_moof -frag_duration 2000000
  encode frag-aac-dash.mp4 $(tone 440 6) "${aac[@]}" -movflags dash -frag_duration 1000000
  encode frag-avcaac-absolute.mp4 "${av[@]}" -movflags frag_keyframe+empty_moov
  encode frag-avcaac-nooffset.mp4 "${av[@]}" -movflags frag_keyframe+empty_moov+omit_tfhd_offset
  encode frag-avcaac-separate.mp4 "${av[@]}" -movflags frag_keyframe+empty_moov+default_base_moof+separate_moof
  encode frag-avcaac-interleaved.mp4 "${av[@]}" -movflags frag_keyframe+delay_moov+default_base_moof -frag_interleave 4
  encode frag-avcaac-hybrid.mp4 "${av[@]}" -movflags frag_keyframe
  encode frag-avcaac-smooth.ismv "${av[@]}" -movflags frag_keyframe
}

# Slices, tiles and headers of which Common Encryption finds the end: a few small frames of each.
protected() {
  local p fade=fade=out:0:10
  p=$(picture 64x64 25 0.4)
  local x=(-c:v libx264 -preset slower -pix_fmt yuv420p -crf 40 -g 50 -bsf:v filter_units=remove_types=6) # no SEI
  encode test-avc-slices.mp4 $p "${x[@]}" -bf 3 -x264-params slices=4:b-pyramid=normal
  encode test-avc-weighted.mp4 $p -vf $fade "${x[@]}" -bf 3 -x264-params weightp=2:ref=4:b-pyramid=normal
  encode test-avc-mbaff.mp4 $p -vf $fade "${x[@]}" -bf 3 \
    -x264-params tff=1:slices=2:cabac=0:weightp=2:ref=4:direct=temporal
  encode test-avc-manyslices.mp4 $(picture 16x704 25 0.12) "${x[@]}" -crf 44 -bf 0 -x264-params slices=44
  encode test-avc-fields.mp4 $(picture 640x32 25 0.84) "${x[@]}" -g 1 # the template of derive.ts

  local x265=(-c:v libx265 -preset medium -pix_fmt yuv420p -tag:v hvc1)
  local hevc=keyint=50:min-keyint=50:scenecut=0:open-gop=0:frame-threads=1:log-level=error:info=0
  encode test-hevc-wpp.mp4 $(picture 128x128 25 0.12) "${x265[@]}" -crf 45 -x265-params "$hevc:pools=1:wpp=1:ctu=32"
  encode test-hevc-slices.mp4 $(picture 64x320 25 0.12) "${x265[@]}" -crf 45 \
    -x265-params "$hevc:pools=2:slices=2:ctu=16"
  encode test-hevc-weighted.mp4 $p -vf $fade "${x265[@]}" -crf 45 \
    -x265-params "$hevc:pools=none:weightb=1:bframes=4:b-pyramid=1:ref=4"
  encode test-hevc-tiles.mp4 $(picture 32x32 25 0.12) "${x265[@]}" \
    -x265-params "$hevc:pools=none:keyint=1:ctu=16" # the template of derive.ts

  encode test-vp9-superframes.mp4 $p -c:v libvpx-vp9 -crf 60 -b:v 0 -cpu-used 2 -g 5 -keyint_min 5 \
    -pix_fmt yuv420p # the template of derive.ts
  encode test-av1-tiles.mp4 $(picture 128x128 25 0.16) -c:v libaom-av1 -cpu-used 6 -crf 63 -g 50 -pix_fmt yuv420p \
    -tiles 2x2
  encode test-av1-smalltiles.mp4 $(picture 64x64 25 0.2) -vf pad=256:128 \
    -c:v libaom-av1 -cpu-used 6 -crf 63 -g 50 -pix_fmt yuv420p -tiles 4x2 -aom-params num-tile-groups=3
  encode tone-opus-oddsizes.mp4 $(tone 440 0.8 mono) -c:a libopus -vbr off -b:a 24k # the template of derive.ts
  changing
}

# Parameter sets in samples, of which the second second changes what slice headers contain.
changing() {
  local raw=(-f h264 -framerate 25) p
  p=$(picture 64x64 25 0.2)
  local x=("${avc[@]}" -bf 0 -crf 40 -bsf:v filter_units=remove_types=6)
  encode changed-1.h264 $p "${x[@]}" -x264-params level=21:repeat-headers=1:weightp=0
  encode changed-2.h264 $p "${x[@]}" -x264-params level=21:repeat-headers=1:cabac=0:weightp=2:tff=1:slices=2
  cat changed-1.h264 changed-2.h264 | encode test-avc-changedsets.mp4 "${raw[@]}" -i - -c copy -tag:v avc3
  local hevc=keyint=50:scenecut=0:open-gop=0:frame-threads=1:log-level=error:info=0:repeat-headers=1:bframes=0
  local x265=(-c:v libx265 -preset medium -pix_fmt yuv420p -crf 45)
  encode changed-1.hevc $p "${x265[@]}" -x265-params "$hevc:pools=none:ctu=32"
  encode changed-2.hevc $p "${x265[@]}" -x265-params "$hevc:pools=1:wpp=1:ctu=16:ref=1:weightp=0:sao=0"
  cat changed-1.hevc changed-2.hevc | encode test-hevc-changedsets.mp4 -f hevc -framerate 25 -i - -c copy -tag:v hev1
  rm changed-1.h264 changed-2.h264 changed-1.hevc changed-2.hevc
}

rm -f ./*.mp4 ./*.m4a ./*.mov ./*.ismv
set -f # a * in the inputs is a product, not a glob
ladder
flashes
variants
codecs
several
offered
still
fragmented
protected
deno run --allow-read --allow-write derive.ts
