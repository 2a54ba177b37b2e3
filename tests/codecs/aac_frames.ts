/** AAC frames by encoders and testdata/derive.ts, at a core rate of 24 kHz unless noted. */

import { hex } from "./entry.ts";

/** Frame of one long window, encoded by ffmpeg. */
export const LC_MONO = hex(`
  012c50a9cc646bd5cfd3dbc6f9eb5f1a9cf537d6732492485871ae3ad94c946d9ac2102a9e4a4ae66b9bfffef05a4a6d66cd598eb2d6a45f
  a4639ab691a46edc70c70f0c267676c3193191a46366c18191224529b366cda29514b2ca6e59659659659659659659659659659659659659
  659659659659659780`);

/** `LC_MONO` with appended SBR and parametric stereo. */
export const HE_V2_MONO = hex(`
  012c50a9cc646bd5cfd3dbc6f9eb5f1a9cf537d6732492485871ae3ad94c946d9ac2102a9e4a4ae66b9bfffef05a4a6d66cd598eb2d6a45f
  a4639ab691a46edc70c70f0c267676c3193191a46366c18191224529b366cda29514b2ca6e59659659659659659659659659659659659659
  659659659659659756d9c00000000789500007`);

/** Channel pair followed by SBR. */
export const HE_STEREO = hex(`
  2126ca30dfff9fa633d7cd4baf579af332e5c92492403464d191891893464d315d02e66d5fa9fff782d25352b2526b09ab99e67676767676
  7676767676767676767676767676767676767676767676767676767676169c6450d062d55554afd3eb38d425c9249240c70676919d9d9d2
  d4287d5fe0ea5c926d0c0c6cd8303000000001b36ce00000000000000079e0038`);

/** Eight short windows with temporal noise shaping, encoded by ffmpeg. */
export const LC_SHORT = hex(`
  014493b6c8f364b9b25853fe3e3fefc77e735fd3fedaffd75c5ee7f1fd7d7ff7f338dd02e6145cb014f5ab948a5f827be45ff95950525658
  de472ee545d08738045aeeb832434905efba7e7780f030a52ac0cdfccf8ff122206ba31959caf44267bf80`);

/** Eight short windows at 16 kHz, encoded by ffmpeg. */
export const LC_SHORT_16000 = hex(`
  012a97b6cc678f0780f1ff4ff1c5c9f3f597cfedff25c5d419383ada369b7a43ee1a87559a68de188d3db62f9dcdb644972db1d86b9cb2c7
  4b56738c7a361d6effbde22e19e69d2d5800bad6ebb0fc6e1812b9cdabfac1cad20f3f8413ca0fd0fd0fd0fe23107f1fe21fa7f1901c`);

/** Silence at 8 kHz, without scale factor bands. */
export const SILENCE_8000 = hex("011881b470");
