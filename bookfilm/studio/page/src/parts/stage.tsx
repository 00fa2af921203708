/** The theatre at its door: a lit paper window, and somebody with a ladder and a child on a quay. */
export function Stage() {
  return (
    <svg class="stage" viewBox="0 0 800 450" aria-hidden="true" preserveAspectRatio="xMidYMid slice">
      <defs>
        <linearGradient id="stage-sky" x2="0" y2="1">
          <stop offset="0" stop-color="#231c4a" />
          <stop offset=".45" stop-color="#6a4a86" />
          <stop offset=".8" stop-color="#e08f86" />
          <stop offset="1" stop-color="#ffcf94" />
        </linearGradient>
        <radialGradient id="stage-glow">
          <stop offset="0" stop-color="#ffe0a8" />
          <stop offset=".2" stop-color="#ffcf7a" stop-opacity=".55" />
          <stop offset="1" stop-color="#ffcf7a" stop-opacity="0" />
        </radialGradient>
      </defs>
      <rect width="800" height="450" fill="url(#stage-sky)" />
      <circle cx="212" cy="118" r="26" fill="#ffe0a8" opacity=".85" />
      <g fill="#b98094" opacity=".75">
        <path d="M0 330V262l26-14 26 14v-30l18-26 18 26v22h40v-40h12v-22l10-22 10 22v22h12v52h34l22-16 22 16v14h60v-34l30-22 30 22v30h54v-24l20-12 20 12v30h70v-46l26-20 26 20v36h64v-28l22-16 22 16v40h56v-24l22-14 22 14v60H0Z" />
      </g>
      <g fill="#5a3d74">
        <path d="M0 372V300l44-28 44 28v20h52v-60l36-26 36 26v66h70v-24h60v34h50v-58l40-30 40 30v50h66v-30h54v36h60v-62l38-28 38 28v40h72v60H0Z" />
      </g>
      <g fill="#ffcf7a" opacity=".9">
        <path d="M160 276h12v16h-12zM180 276h12v16h-12zM406 300h13v18h-13zM430 300h13v18h-13zM612 306h12v16h-12zM632 306h12v16h-12zM40 306h11v15h-11z" />
      </g>
      <g stroke="#ffcf94" stroke-width="2" opacity=".3">
        <path d="M40 384h90M210 392h60M330 382h120M520 394h90M660 384h80M110 402h70M410 404h90" />
      </g>
      <circle cx="560" cy="196" r="150" fill="url(#stage-glow)" />
      <g fill="#0b0716">
        <path d="M0 410h800v40H0Z" />
        <path d="M552 226h16l4 190h-24ZM534 178l26-24 26 24ZM540 214h40v12h-40ZM557 140h6v16h-6z" />
        <path d="M544 412h32v8h-32z" />
      </g>
      <path d="M539 180h42l-7 33h-28z" fill="#fff0c4" />
      <g fill="#0b0716">
        {/* The lamplighter: soft hat, beard, long coat; the ladder on his shoulder. */}
        <path d="M357 256c0-14 9-21 22-21s20 7 21 19l14 6c2 3-1 5-5 5l-62-1c-5 0-7-3-3-5z" />
        <path d="M360 264h36c1 4 2 7 5 9l8 8c1 2-1 3-3 3l-5 1 1 4-2 2c1 3 0 5-2 6 3 12 0 26-9 38l-8 8-6-26-11-20c-6-9-7-20-4-33z" />
        <path d="M356 300c-12 8-20 30-22 60l-8 52h22l6-30 12 30h18l-6-36 4-2 14 38h19l-18-60c-3-22-9-42-19-54z" />
        <path d="M394 314l34-20 5 7-33 28z" />
        <path d="M250 300l236-62 2 8-236 62zM254 318l236-62 2 8-236 62zM278 294l8 26-6 2-8-26zM312 285l8 26-6 2-8-26zM346 276l8 26-6 2-8-26zM414 258l8 26-6 2-8-26zM448 249l8 26-6 2-8-26z" />
        {/* The child: cap, braids, and the oil can in both arms. */}
        <path d="M262 330c1-11 9-17 19-16 9 1 14 7 14 14l9 2-1 4-43 1z" />
        <path d="M265 334h27l4 11-4 4c-1 8-6 12-14 12-8-1-13-8-13-27z" />
        <path d="M264 340l-8 32 5 1 9-29zM270 358c-8 6-13 20-16 40h44c-3-20-6-33-12-40z" />
        <path d="M262 397h8v16h-11zM282 397h8l4 16h-11zM286 368h18v20h-18zM303 372l12-6 1 4-11 8zM270 368l24 6-2 8-24-6z" />
      </g>
    </svg>
  );
}
