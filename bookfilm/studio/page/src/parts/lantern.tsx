export function Lantern() {
  return (
    <svg class="lantern" viewBox="0 0 32 40" aria-hidden="true">
      <circle class="halo" cx="16" cy="18" r="15" />
      <path class="post" d="M8 13l8-9 8 9zM10 27h12v3H10zM14.500 1h3v4h-3z" />
      <path class="flame" d="M10 13h12l-2.500 14h-7z" />
    </svg>
  );
}
